import { title, type Note } from "@shop/shared";

const list = document.querySelector<HTMLUListElement>("#notes")!;
const notes: { id: number; title: string }[] = await (await fetch("/api/notes")).json();
for (const note of notes) {
  const item = document.createElement("li");
  item.textContent = title({ id: note.id, text: note.title } satisfies Note);
  list.append(item);
}
