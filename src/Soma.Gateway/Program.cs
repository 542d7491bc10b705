using Soma.Gateway.Hosting;

var settings = SettingsReader.FromProcess();
return (int)(args switch
{
    [] => await GatewayProcess.RunAsync(settings, Console.Out, Console.Error, CancellationToken.None),
    [HealthCommand.Argument] => await GatewayProcess.AskHealthAsync(settings, Console.Out, Console.Error, CancellationToken.None),
    _ => await HealthCommand.RefuseAsync(GatewayProcess.Name, args, Console.Error),
});
