import {
  type JournalFile,
  type OpenJournalFile,
  openJournalFile,
} from "../../../src/journal/journal-file.ts";

/** What a write to a full disk ends with. */
export function noSpace(): NodeJS.ErrnoException {
  return Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
}

/** Opens real files whose appends go through `append`, which may fail them. */
export function filesThat(
  append: (file: JournalFile, ...parameters: Parameters<JournalFile["append"]>) => void,
): OpenJournalFile {
  return async (path, sync, length) => {
    const file = await openJournalFile(path, sync, length);
    return {
      append: (bytes, done) => append(file, bytes, done),
      truncate: (to) => file.truncate(to),
      close: () => file.close(),
    };
  };
}
