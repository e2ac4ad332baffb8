import { useParams } from "react-router";

import { tasks } from "./tasks";

export function Task() {
  const { id } = useParams();
  const task = tasks.find((task) => String(task.id) === id);
  return <p>{task?.text ?? "no such task"}</p>;
}
