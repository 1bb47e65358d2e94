import { field, parseAnswer } from './helper-error.ts';
import { write } from './output.ts';
import { errorText } from './printable.ts';
import { requestOverSocket } from './socket-http.ts';
import { timeLeft } from './text/time.ts';

/**
 * Says on stderr what a person is asked while a command waits: the window may be out of sight, and
 * there may be none. Loaded only when a command has waited for a moment.
 */

const lookAgainAfterMs = 1_000;

/**
 * Tells each open question once, until it is stopped. What goes wrong is told by the command that
 * waits, not by this.
 */
export function tellQuestions(
  socket: string,
  tell: (text: string) => void = (text) => void write(2, text),
): () => void {
  const told = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let over = false;

  async function look(): Promise<void> {
    const questions = await openQuestions(socket).catch(() => []);
    if (over) return;
    for (const { id, text } of questions) {
      if (!told.has(id)) tell(text);
      told.add(id);
    }
    timer = setTimeout(() => void look(), lookAgainAfterMs);
  }

  void look();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}

interface Question {
  readonly id: string;
  readonly text: string;
}

async function openQuestions(socket: string): Promise<readonly Question[]> {
  const answer = await requestOverSocket({
    socket,
    method: 'POST',
    path: '/v1/commands/questions',
    body: '{}',
    deadlineMs: 5_000,
  });
  const value = field(parseAnswer(answer), 'value');
  return [
    ...listIn(value, 'confirmations').map((one) => question(one, yesNeeded(one), 'confirm')),
    ...listIn(value, 'prompts').map((one) => question(one, codeNeeded(one), 'account mfa')),
  ];
}

function question(one: unknown, message: string, command: string): Question {
  const left = timeLeft(textIn(one, 'expiresAt'), Date.now());
  const hint = `Answer in the Keyfob window, or with \`keyfob ${command}\` in another terminal: ${left}.`;
  return { id: textIn(one, 'id'), text: errorText({ message, hint }) };
}

function yesNeeded(one: unknown): string {
  const [client, path] = [textIn(one, 'client'), textIn(one, 'path')];
  return field(one, 'policy') === undefined
    ? `This waits for your yes: ${client} asks for the credentials of ${path}.`
    : `This waits for your yes: ${client} wants you to be asked less about ${path}.`;
}

function codeNeeded(one: unknown): string {
  return `This waits for a code, for ${textIn(one, 'path')}. ${textIn(one, 'message')}`;
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name);
  return Array.isArray(found) ? found : [];
}

function textIn(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === 'string' ? found : '';
}
