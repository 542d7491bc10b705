using Soma.Bench.Retrieval;

return args switch
{
    ["retrieval", .. var rest] => await RetrievalCommand.RunAsync(rest),
    ["search-speed", .. var rest] => await SearchSpeedCommand.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        bench retrieval [--eval <folder>] (--in-process | --url <url> --token <token>) [--no-context]
            Recall, MRR and nDCG of the retrieval set; the folder may come from SOMA_EVAL_DIR.
            Over HTTP the service must not limit rates (SOMA_RATE_LIMIT_MAX=0).
        bench search-speed [--memories <n>]…
            Time of one search and bytes of one memory, in process, on made-up conversations.
        """);
    return 2;
}
