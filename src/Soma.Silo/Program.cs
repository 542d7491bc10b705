using Soma.Hosting;
using Soma.Silo.Hosting;

return (int)await SiloProcess.RunAsync(SettingsReader.FromProcess(), Console.Out, Console.Error, CancellationToken.None);
