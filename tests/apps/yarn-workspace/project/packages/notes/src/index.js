export const title = (note) => note.text.trim().slice(0, 20);
