/** The service under test. */
export const url = process.env.SOMA_URL;
export const token = process.env.SOMA_API_TOKEN;

/** A key for a namespace that no other test uses. */
export async function newKey(scopes = ["read", "write", "delete"], namespace = `clients-${crypto.randomUUID()}`) {
  const answer = await fetch(`${url}/keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "client", namespaces: [namespace], scopes }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()).key;
}
