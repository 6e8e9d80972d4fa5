// placeholder
export async function readPhoto() { return null; }
