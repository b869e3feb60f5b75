// expect:
// play: listen, a accept, a expect bonjour, a send salut, a close
const net = require('net');
const [, , hote, port] = process.argv;
const s = net.connect(Number(port), hote, () => s.write('bonjour'));
s.on('data', (d) => console.log(d.toString()));
s.on('error', (e) => { console.error(e.message); process.exit(1); });
