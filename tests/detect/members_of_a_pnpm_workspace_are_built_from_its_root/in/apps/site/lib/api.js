export const notes = () => fetch(`${process.env.BACKEND_URL}/notes`);
