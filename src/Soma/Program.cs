return await Soma.CommandLine.RunAsync(args);
