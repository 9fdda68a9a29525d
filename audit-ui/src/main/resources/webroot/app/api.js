// Asks the server. A refusal comes back as an error with what is wrong and what to do. Payload
// numbers arrive as text inside tokens; nothing here or later turns them into numbers.

export class Refused extends Error {
  constructor(status, {code = 'unknown', message = 'The server did not answer as expected.', fix = ''}) {
    super(message);
    this.status = status;
    this.code = code;
    this.fix = fix;
  }
}

export async function get(path, params = {}, signal = undefined) {
  const url = withParams(path, params);
  let response;
  try {
    response = await fetch(url, {signal, headers: {Accept: 'application/json'}});
  } catch (failure) {
    if (failure.name === 'AbortError') {
      throw failure;
    }
    throw new Refused(0, {
      code: 'unreachable',
      message: 'The server did not answer.',
      fix: 'Check that Daybook runs, then try again.',
    });
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Refused(response.status, body);
  }
  return body;
}

export function withParams(path, params) {
  const given = Object.entries(params).filter(([, value]) => value !== '' && value != null);
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

export const topicPath = (topic) => `/api/topics/${encodeURIComponent(topic)}`;
