import { Link } from "react-router";

import { tasks } from "./tasks";

export function App() {
  return (
    <ul>
      {tasks.map((task) => (
        <li key={task.id}>
          <Link to={`/tasks/${task.id}`}>{task.text}</Link>
        </li>
      ))}
    </ul>
  );
}
