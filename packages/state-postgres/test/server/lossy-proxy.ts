import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * What becomes of what a client sends next: it does not arrive; or it does, and the answer is lost. Either way the connection is
 * gone; unless `silence` comes over it, in which nothing arrives and nobody is told.
 */
export type Loss = "request" | "answer" | "silence";

interface Doom {
  readonly marker: string;
  readonly loss: Loss;
}

/** A network between clients and a server that loses what it is told to. */
export class LossyProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #doom: Doom | undefined;
  #losses = 0;

  private constructor(target: number) {
    this.#server = createServer((client) => this.#connect(client, target));
  }

  /** @param target - the server's port on this host */
  static async start(target: number): Promise<LossyProxy> {
    const proxy = new LossyProxy(target);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** How many there were. */
  get losses(): number {
    return this.#losses;
  }

  /** Of the next request that has `marker` in it. */
  loseNext(loss: Loss, marker: string): void {
    this.#doom = { marker, loss };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #connect(client: Socket, target: number): void {
    const server = connect(target, "127.0.0.1");
    let answerIsLost = false;
    const both = [client, server];
    const end = (): void => {
      for (const socket of both) socket.destroy();
    };
    for (const socket of both) {
      this.#sockets.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    client.on("data", (request) => {
      const doom = this.#doom;
      if (doom === undefined || !request.includes(doom.marker)) {
        server.write(request);
        return;
      }
      this.#doom = undefined;
      this.#losses += 1;
      if (doom.loss === "silence") return;
      if (doom.loss === "request") {
        end();
        return;
      }
      answerIsLost = true;
      server.write(request);
    });
    server.on("data", (answer) => {
      // That there is one says that it is committed.
      if (answerIsLost) end();
      else client.write(answer);
    });
  }
}
