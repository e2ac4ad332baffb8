export interface Note {
  id: number;
  text: string;
}

export const title = (note: Note): string => note.text.trim().slice(0, 20);
