import { setImmediate } from "node:timers";

/** Something to be handed over. What it throws is uncaught, and holds nothing else up. */
export interface Job {
  run(): void;
}

/** So many jobs run in one go; then timers and sockets have their turn. About 5 ms of small handlers. */
const MAX_JOBS_IN_ONE_GO = 4_096;

/**
 * One first-in-first-out line for all that a memory bus hands over: never inside the call that pushes, always
 * in the order of the pushes.
 */
export class Dispatcher {
  readonly #jobs: Job[] = [];
  #scheduled = false;
  readonly #drain = () => {
    const jobs = this.#jobs;
    let done = 0;
    try {
      // Jobs pushed meanwhile run in the same go.
      while (done < jobs.length && done < MAX_JOBS_IN_ONE_GO) jobs[done++]!.run();
    } finally {
      if (done < jobs.length) {
        jobs.splice(0, done);
        setImmediate(this.#drain);
      } else {
        jobs.length = 0;
        this.#scheduled = false;
      }
    }
  };

  push(job: Job): void {
    this.#jobs.push(job);
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(this.#drain);
  }
}
