export default function Page() {
  return <h1>site</h1>;
}
