// A chatbot with a memory: it keeps what it is told, and finds it again in any later conversation.
//
//   SOMA_URL=http://127.0.0.1:9595 SOMA_API_TOKEN=devtoken node chatbot.js ada
//
// Reads one message a line and answers each with a line. Each user has a namespace, so that no one is told what another one said.
import { createInterface } from "node:readline";
import { Soma } from "soma-memory";
import { scriptedModel, type Model } from "./model.js";

async function chat(user: string, model: Model): Promise<void> {
  const soma = new Soma().within(`chatbot-${user}`);
  const conversation = crypto.randomUUID();
  for await (const message of createInterface({ input: process.stdin })) {
    const context = await soma.context(message, { max_tokens: 500, min_relevance: 0.3 });
    const answer = await model({ system: `You talk with ${user}.\n\n${context}`, message });
    if (answer.isWorthRemembering) {
      await soma.store({ payload: { text: message, speaker: user, session_id: conversation, timestamp: new Date().toISOString() } });
    }
    console.log(answer.text);
  }
}

await chat(process.argv[2] ?? "you", scriptedModel);
