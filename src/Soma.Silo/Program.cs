using Soma.Silo.Hosting;

var settings = SettingsReader.FromProcess();
return (int)(args switch
{
    [] => await SiloProcess.RunAsync(settings, Console.Out, Console.Error, CancellationToken.None),
    [HealthCommand.Argument] => await SiloProcess.AskHealthAsync(settings, Console.Out, Console.Error, CancellationToken.None),
    _ => await HealthCommand.RefuseAsync(SiloProcess.Name, args, Console.Error),
});
