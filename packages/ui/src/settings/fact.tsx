interface FactProps {
  readonly name: string;
  readonly children: string;
}

/** One line of a list of facts. */
export function Fact({ name, children }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
