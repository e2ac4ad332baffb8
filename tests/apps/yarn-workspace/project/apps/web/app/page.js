import { title } from "@notes/notes";

export const dynamic = "force-dynamic";

export default async function Page() {
  const notes = await (await fetch(`${process.env.BACKEND_URL}/notes`)).json();
  return (
    <ul>
      {notes.map((note) => (
        <li key={note.id}>{title({ text: note.title })}</li>
      ))}
    </ul>
  );
}
