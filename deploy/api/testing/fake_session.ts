import { ApiClient, type Fetch } from "../client.ts";
import type { ApiSession } from "../session.ts";
import { FAKE_TOKEN, FakeApi } from "./fake_api.ts";

/** A session with a fake, and what people see of it. */
export class FakeSession implements ApiSession {
  readonly api = new FakeApi();
  readonly client: ApiClient;
  readonly address = {
    url: "http://api.test",
    urlFrom: "API_URL",
    tokenFrom: "ADMIN_TOKEN",
  };
  readonly printed: string[] = [];
  readonly noted: string[] = [];
  readonly print = (line: string) => void this.printed.push(line);
  readonly note = (line: string) => void this.noted.push(line);

  /** @param fetch default: the fake */
  constructor(token = FAKE_TOKEN, fetch?: Fetch) {
    this.client = new ApiClient({ url: this.address.url, token, fetch: fetch ?? this.api.fetch });
  }
}
