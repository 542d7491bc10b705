// In the place of a language model, so that the example runs without a network. Put a call of your provider here.

export interface Prompt {
  system: string;
  message: string;
}

export type Model = (prompt: Prompt) => Promise<{ text: string; isWorthRemembering: boolean }>;

export const scriptedModel: Model = async ({ system, message }) => {
  if (!message.trim().endsWith("?")) return { text: "I will remember that.", isWorthRemembering: true };
  const best = /^- \[[^\]]*\] (?:[^:]*: )?(.*)$/m.exec(system)?.[1];
  return { text: best ? `You told me: ${best}` : "You have not told me yet.", isWorthRemembering: false };
};
