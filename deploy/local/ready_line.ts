/** What a service prints on standard output as soon as it can take calls. */
export interface Ready {
  /** Origin of its health, metrics and API. */
  readonly http: string;
  /** Of an edge: the origin of its webhook and streams. */
  readonly webhook: string | undefined;
}

/** Reads `READY <service> instance=<id> http=<origin> [webhook=<origin>]`; undefined for any other line. */
export function parseReadyLine(line: string): Ready | undefined {
  if (!/^READY \S+ /.test(line)) return undefined;
  const fields = new Map(
    line.trim().split(" ").slice(2).map((field) => {
      const at = field.indexOf("=");
      return [field.slice(0, at), field.slice(at + 1)] as const;
    }),
  );
  const http = fields.get("http");
  return http && URL.canParse(http) ? { http, webhook: fields.get("webhook") } : undefined;
}
