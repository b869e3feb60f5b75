const net = require("net");
const { exec } = require("child_process");
const server = net.createServer((client) => client.pipe(client));
server.listen(0, "127.0.0.1", () => {
  const client = net.connect(server.address().port, "127.0.0.1");
  client.write("hello");
  client.on("data", (data) => {
    console.log(String(data));
    client.end();
    server.close();
    exec("echo child", (error, output) => console.log(output));
  });
});
