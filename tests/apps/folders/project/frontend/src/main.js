const notes = await (await fetch("/api/notes")).json();
for (const note of notes) {
  const item = document.createElement("li");
  item.textContent = note.text;
  document.querySelector("#notes").append(item);
}
