/** How files are told apart, and digests of files of any size. */
import { fromUtf8 } from "./bytes.js";
import { RunningSha256 } from "./crypto.js";

/** Whether a file is in JSON: its first byte that is not white space is `{`. */
export function isJsonFile(file: Uint8Array): boolean {
  const first = file.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== 0x0a);
  return first === 0x7b;
}

/** The `format` that a JSON file names near its beginning; null when there is none. */
export function formatOf(file: Uint8Array): string | null {
  if (!isJsonFile(file)) return null;
  // The cut may fall into a character; ASCII is all that is looked for.
  const start = fromUtf8(file.subarray(0, 256).map((byte) => (byte < 0x80 ? byte : 0x3f))) ?? "";
  return /"format"\s*:\s*"([a-z-]{1,64}\/[0-9]{1,4})"/.exec(start)?.[1] ?? null;
}

/** SHA-256 of a stream, piece by piece: constant memory. `progress` is told how many bytes were read. */
export async function digestStream(
  stream: AsyncIterable<Uint8Array>, progress: (bytes: number) => void = () => {},
): Promise<Uint8Array> {
  const hash = new RunningSha256();
  let read = 0;
  for await (const piece of stream) {
    hash.update(piece);
    progress((read += piece.length));
  }
  return hash.digest();
}

/** The pieces of a web stream. Safari's streams cannot be iterated, so this reads them by hand. */
export async function* pieces(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}
