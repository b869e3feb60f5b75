# expect:
# play: a connect, b connect, settle, a send salut\n, b expect salut\n, b send re\n, a expect re\n, a reset, b close, settle, interrupt
import asyncio
import sys

clients = set()


async def client(reader, writer):
    clients.add(writer)
    try:
        while ligne := await reader.readline():
            for autre in clients:
                if autre is not writer:
                    autre.write(ligne)
                    await autre.drain()
    except ConnectionError:
        pass
    finally:
        clients.discard(writer)
        writer.close()


async def main():
    serveur = await asyncio.start_server(client, "0.0.0.0", int(sys.argv[1]))
    async with serveur:
        await serveur.serve_forever()


try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
