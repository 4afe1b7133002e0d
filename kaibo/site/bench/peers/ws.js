// The `ws` package as its documentation shows it.
const { WebSocketServer, WebSocket } = require("ws");

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: 0,
  perMessageDeflate: false,
  backlog: 4096,
});
server.on("connection", (socket) => socket.on("error", () => {}));
server.on("listening", () => console.log(JSON.stringify({ port: server.address().port })));

require("readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const message = Buffer.from(line);
    for (const socket of server.clients) {
      if (socket.readyState === WebSocket.OPEN) socket.send(message, { binary: false });
    }
  })
  .on("close", () => process.exit(0));
