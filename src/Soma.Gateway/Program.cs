using Soma.Gateway.Hosting;
using Soma.Hosting;

return (int)await GatewayProcess.RunAsync(SettingsReader.FromProcess(), Console.Out, Console.Error, CancellationToken.None);
