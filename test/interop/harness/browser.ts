import { request } from 'undici';

/** What is typed into a page: by the name of the field. */
export type Fields = Readonly<Record<string, string>>;

/** What a server answered the browser. */
export interface Page {
  readonly status: number;
  readonly location: string | null;
  readonly text: string;
}

/** How a browser says where a request comes from, for servers that look. */
interface Sender {
  /** The page that sends it; null: the person opened the address. */
  readonly from: string | null;
  readonly headers?: Fields;
}

const mostPages = 15;

/** A person's browser, by plain HTTP with cookies, at one server. */
export class Browser {
  readonly #cookies = new Map<string, string>();
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Sends one request with the cookies so far and keeps those that come; follows nothing. */
  async send(
    url: string,
    body?: URLSearchParams | { readonly method: string; readonly json: unknown },
    sender?: Sender,
  ): Promise<Page> {
    const isForm = body === undefined || body instanceof URLSearchParams;
    // Not `fetch`: that one tells the server that a script asks, and some answer a script with JSON.
    const {
      statusCode,
      headers,
      body: answer,
    } = await request(url, {
      method: body === undefined ? 'GET' : isForm ? 'POST' : body.method,
      headers: {
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(sender?.from !== null && { origin: this.#origin }),
        accept: isForm ? 'text/html' : 'application/json',
        ...(sender !== undefined && senderHeaders(sender, isForm)),
        ...(body !== undefined && {
          'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
        }),
      },
      ...(body !== undefined && { body: isForm ? body.toString() : JSON.stringify(body.json) }),
    });
    for (const line of [headers['set-cookie'] ?? []].flat()) {
      const pair = /^([^=]+)=([^;]*)/.exec(line);
      if (pair?.[1] !== undefined) this.#cookies.set(pair[1], pair[2] ?? '');
    }
    const location = headers['location'];
    return {
      status: statusCode,
      location: typeof location === 'string' ? location : null,
      text: await answer.text(),
    };
  }

  /** The value of a cookie, as a script of the page reads it; empty where there is none. */
  cookie(name: string): string {
    return this.#cookies.get(name) ?? '';
  }

  /**
   * Goes from page to page, filling in each form, until the server sends the browser elsewhere: gives that address, not followed.
   * @throws Error where a page has no form, or they do not end
   */
  async approve(authorizationUrl: string, fields: Fields): Promise<string> {
    let url = authorizationUrl;
    let form: URLSearchParams | undefined;
    for (let visited = 0; visited < mostPages; visited += 1) {
      const { status, location, text } = await this.send(url, form);
      if (location !== null) {
        url = new URL(location, url).href;
        form = undefined;
        if (new URL(url).origin !== this.#origin) return url;
        continue;
      }
      const next = formOf(text, fields);
      if (next === null) throw new Error(`a page without a form (${status}): ${text.slice(0, 400)}`);
      url = new URL(next.action, url).href;
      form = next.values;
    }
    throw new Error(`the pages of ${this.#origin} do not end`);
  }
}

/** Source: Fetch Metadata Request Headers, sections 2.1 to 2.4. */
function senderHeaders({ from, headers }: Sender, isNavigation: boolean): Fields {
  return {
    ...headers,
    ...(from !== null && { origin: new URL(from).origin, referer: from }),
    'sec-fetch-site': from === null ? 'none' : 'same-origin',
    'sec-fetch-mode': isNavigation ? 'navigate' : 'same-origin',
    'sec-fetch-dest': isNavigation ? 'document' : 'empty',
  };
}

/** The page's first form as a person submits it: hidden fields as they are, the others as told. */
function formOf(html: string, fields: Fields) {
  const form = /<form\b[^>]*method="post"[^>]*>[\s\S]*?<\/form>/i.exec(html)?.[0];
  if (form === undefined) return null;
  const values = new URLSearchParams();
  for (const [tag] of form.matchAll(/<(?:input|button)\b[^>]*>/gi)) {
    const name = attribute(tag, 'name');
    if (name === null) continue;
    const value = fields[name] ?? attribute(tag, 'value') ?? '';
    const isPressed = !/^<button/i.test(tag) || fields[name] === (attribute(tag, 'value') ?? '');
    if (isPressed) values.append(name, value);
  }
  return { action: attribute(/^<form[^>]*>/i.exec(form)?.[0] ?? '', 'action') ?? '', values };
}

function attribute(tag: string, name: string): string | null {
  const value = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1];
  return value === undefined ? null : unescaped(value);
}

function unescaped(text: string): string {
  return text
    .replace(/&#x([\da-f]+);/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
