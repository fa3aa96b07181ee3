import { useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { Icon } from "./icons";

/** A place to drop a file, or to choose one by mouse or keyboard. */
export function Drop({ id, text, file, onFile, onRemove }: {
  id: string; text: string; file?: File | null; onFile: (file: File) => void; onRemove?: () => void;
}) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const take = (files: FileList | null | undefined) => {
    const first = files?.[0];
    if (first !== undefined) onFile(first);
    // The same file can be chosen again, when it was changed.
    if (input.current !== null) input.current.value = "";
  };
  return (
    <div class={over ? "drop over" : "drop"}
      onDragOver={(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => { event.preventDefault(); setOver(false); take(event.dataTransfer?.files); }}>
      <Icon name="file" size={20} />
      {file
        ? <span><strong>{file.name}</strong> ({sizeText(file.size)})</span>
        : <span id={`${id}-text`}>{text}</span>}
      <input id={id} ref={input} type="file" aria-describedby={file ? undefined : `${id}-text`}
        onChange={(event) => take(event.currentTarget.files)} />
      <label class="button" for={id}>{t("evidence.choose")}</label>
      {file && onRemove && (
        <button type="button" class="quiet" onClick={onRemove} aria-label={t("verify.remove", { name: file.name })}>
          <Icon name="cross" />
        </button>
      )}
    </div>
  );
}

export function sizeText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
