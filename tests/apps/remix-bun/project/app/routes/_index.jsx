import { useLoaderData } from "@remix-run/react";

export function loader() {
  return { days: ["Monday", "Tuesday"] };
}

export default function Journal() {
  const { days } = useLoaderData();
  return (
    <main>
      <h1>Journal</h1>
      <ul>{days.map((day) => <li key={day}>{day}</li>)}</ul>
    </main>
  );
}
