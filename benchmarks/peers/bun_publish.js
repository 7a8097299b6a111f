// Broadcast by Bun's own publish, as its manual shows it: bun bun_publish.js PORT
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  fetch(request, server) {
    if (server.upgrade(request)) return undefined;
    return new Response("This is a WebSocket server.", { status: 400 });
  },
  websocket: {
    open(socket) {
      socket.subscribe("camera");
    },
    message(_socket, data) {
      // Reports are not read here.
      if (typeof data !== "string") server.publish("camera", data);
    },
  },
});
