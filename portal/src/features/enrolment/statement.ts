/** A part of the privacy statement, which is written in a small Markdown: headings, lists and paragraphs. */
export type Block = { kind: "heading" | "paragraph"; text: string } | { kind: "list"; items: string[] };

export function readStatement(text: string): Block[] {
  const blocks: Block[] = [];
  for (const line of text.split("\n").map((part) => part.trim())) {
    const last = blocks.at(-1);
    const item = /^[-*] (.*)$/.exec(line)?.[1];
    const heading = /^#+ (.*)$/.exec(line)?.[1];
    if (item !== undefined) {
      if (last?.kind === "list") last.items.push(item);
      else blocks.push({ kind: "list", items: [item] });
    } else if (heading !== undefined) blocks.push({ kind: "heading", text: heading });
    else if (line !== "") blocks.push({ kind: "paragraph", text: line });
  }
  return blocks;
}
