// The stand-in for Qdrant as a program of its own, for stacks of containers on machines where no Qdrant can be had.
// Its first argument is the port, 6333 without one; it listens on all addresses until it is told to stop, and ends with 1 if
// a request broke Qdrant's contract.
using System.Net;
using System.Runtime.InteropServices;
using Soma.Testing.Qdrant;

var port = args.Length > 0 ? ushort.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : (ushort)6333;
var stopped = new TaskCompletionSource();
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
await using var stub = await QdrantStub.StartAtAsync(new IPEndPoint(IPAddress.Any, port));
Console.WriteLine($"A stand-in for Qdrant, NOT Qdrant, listens on port {port}.");
await stopped.Task;
foreach (var violation in stub.Violations)
{
    await Console.Error.WriteLineAsync($"Outside the contract: {violation}");
}

return stub.Violations.Count == 0 ? 0 : 1;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopped.TrySetResult();
}
