using Soma.Bench.Ceilings;
using Soma.Bench.Drills;
using Soma.Bench.Load;
using Soma.Bench.Micro;
using Soma.Bench.Peers;
using Soma.Bench.Retrieval;

return args switch
{
    ["retrieval", .. var rest] => await RetrievalCommand.RunAsync(rest),
    ["search-speed", .. var rest] => await SearchSpeedCommand.RunAsync(rest),
    ["side-by-side", .. var rest] => await SideBySideCommand.RunAsync(rest),
    ["measure", .. var rest] => await MeasureCommand.RunAsync(rest),
    ["bare-endpoint"] => await BareEndpointCommand.RunAsync(),
    ["postgres-ceiling", .. var rest] => await PostgresCeilingCommand.RunAsync(rest),
    ["scan-ceiling", .. var rest] => ScanCeilingCommand.Run(rest),
    ["micro", .. var rest] => MicroCommand.Run(rest),
    ["peers", .. var rest] => await PeersCommand.RunAsync(rest),
    ["growth", .. var rest] => await GrowthCommand.RunAsync(rest),
    ["noisy", .. var rest] => await NoisyCommand.RunAsync(rest),
    ["many", .. var rest] => await ManyCommand.RunAsync(rest),
    ["drill-fill", .. var rest] => await FillCommand.RunAsync(rest),
    ["drill-vectors", .. var rest] => await VectorsCommand.RunAsync(rest),
    ["drill-observe", .. var rest] => await ObserveCommand.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        bench retrieval --url <url> --token <token> [--eval <folder>] [--json <file>] [--only <part of an arrangement's name>]
            Recall, MRR, nDCG and latency of a retrieval set, arrangement by arrangement; the folder may come from
            SOMA_EVAL_DIR. The service must not limit rates (SOMA_RATE_LIMIT_MAX=0).
        bench search-speed [--memories <n>]…
            Time of one search and bytes of one memory, in process, on made-up conversations.
        bench side-by-side --url <url> [--other <url>] --token <token> [--other-token <token>] [--connections 8] [--rounds 6] [--seconds 5] [--memories 10000]
            The same stores, GETs and searches to two services in turn, and their ratios; without --other, searches and accurate ones.
            With the same address twice and an access key as --other-token, the key beside the root token.
        bench measure --url <url> [--other <url>] --token <token> [--mixes store,get,search] [--connections 64] [--rate <per second>]
                      [--seconds 3] [--warm-up 2] [--runs 5] [--memories 10000] [--namespaces 1] [--vocabulary 20000] [--json <file>]
            Medians of throughput and latencies, as shares of what a bare endpoint does in the same run; --rate: an open loop.
            With a --vocabulary of 100 words, most memories have the words of each query.
            Mixes: store, store-1k, store-vector, batch, get, link, neighbors, search, search-keyword, search-vector.
        bench bare-endpoint
            The server that the shares are of. `measure` starts it by itself.
        bench postgres-ceiling --postgres <url> [--seconds 3]
        bench scan-ceiling [--memories 10000] [--seconds 3]
            What the database and one core could do at most: durable rows a second, and passes over all vectors a second.
        bench peers --url <url> --token <token> [--postgres <url>] [--redis <host:port>] [--connections 16] [--memories 10000] [--runs 5] [--seconds 3]
            The same vectors in Soma, in a Postgres server with pgvector and in Redis 8: searches and stores in turn, and what each finds of the nearest.
        bench micro [<filter>]
            Times and allocations of the inner steps: store, get, search, reading a body, writing an answer.
        bench growth --url <url> --token <token> [--small 100] [--large 100000] [--rounds 100]
            What a store costs in a small and in a large namespace, side by side.
        bench noisy --url <url> --token <token> [--mixes store,search] [--quiet 4] [--rate 4] [--connections 64] [--rounds 5] [--seconds 10]
                    [--memories 2000]
            Latencies of quiet namespaces alone, and while one namespace sends a hundred times as much as each of them.
        bench many --url <url> --token <token> [--pid <pid>] [--namespaces 2000] [--memories 200000]
            Memory of the process over many namespaces, and reads from those left alone.
        bench drill-fill --url <url> --token <token> [--namespaces 200] [--memories 100000]
        bench drill-vectors --postgres <url>
        bench drill-observe --url <url> --token <token> --out <file> [--namespaces 200] [--memories 100000]
            The parts of scripts/drills/restore.sh: make memories, give them stored vectors, write down what is answered.
        All that take --url want a service on this machine with SOMA_RATE_LIMIT_MAX=0.
        """);
    return 2;
}
