export default function Home() {
  return <h1>Planner</h1>;
}
