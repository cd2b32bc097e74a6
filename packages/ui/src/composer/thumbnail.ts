/** In pixels of the screen's own, twice what is shown. */
const side = 96;

/** A small picture of a picture as a `data:` address, which the page's policy allows; null for what is none. Never throws. */
export async function thumbnailOf(file: Blob): Promise<string | null> {
  if (!file.type.startsWith('image/')) return null;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.max(side / picture.width, side / picture.height);
    const canvas = document.createElement('canvas');
    canvas.width = side;
    canvas.height = side;
    const [width, height] = [picture.width * scale, picture.height * scale];
    canvas.getContext('2d')?.drawImage(picture, (side - width) / 2, (side - height) / 2, width, height);
    picture.close();
    return canvas.toDataURL('image/png');
  } catch {
    // A damaged picture: its name has to do.
    return null;
  }
}
