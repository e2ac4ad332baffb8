export interface Task {
  id: number;
  text: string;
}

export const tasks: Task[] = [
  { id: 1, text: "water the plants" },
  { id: 2, text: "write to Ada" },
];
