// socket.io as its documentation shows it, on WebSocket alone.
const http = require("http").createServer();
const { Server } = require("socket.io");

const io = new Server(http, {
  transports: ["websocket"],
  perMessageDeflate: false,
  serveClient: false,
});
http.listen({ host: "127.0.0.1", port: 0, backlog: 4096 }, () =>
  console.log(JSON.stringify({ port: http.address().port })),
);

require("readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => io.emit("frame", line))
  .on("close", () => process.exit(0));
