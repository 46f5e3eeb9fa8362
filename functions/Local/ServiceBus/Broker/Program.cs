using System.Globalization;
using System.Runtime.InteropServices;
using Marquee.Local.ServiceBus.Broker;
using Marquee.Local.ServiceBus.Broker.Config;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

var settings = new ConfigurationBuilder()
    .AddEnvironmentVariables()
    .AddCommandLine(args, new Dictionary<string, string> { ["--config"] = "Broker:Config", ["--data"] = "Broker:Data", ["--port"] = "Broker:Port" })
    .Build();
using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Information));

BrokerServer broker;
try
{
    broker = await BrokerServer.StartAsync(ReadOptions(settings), TimeProvider.System, loggers);
}
catch (Exception e) when (e is BrokerConfigException or IOException or InvalidDataException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return e is BrokerConfigException ? 2 : 1;
}

await using (broker)
{
    var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    Console.WriteLine($"broker listening on 127.0.0.1:{broker.Port}");
    return await Task.WhenAny(stop.Task, broker.Faulted) == stop.Task ? 0 : 3;

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stop.TrySetResult();
    }
}

static BrokerOptions ReadOptions(IConfiguration settings)
{
    var config = settings["Broker:Config"] ?? throw new BrokerConfigException("Which configuration? Give --config <Config.json> or Broker__Config.");
    var data = settings["Broker:Data"] ?? throw new BrokerConfigException("Where to keep messages? Give --data <folder> or Broker__Data.");
    var port = settings["Broker:Port"] ?? BrokerOptions.DefaultPort.ToString(CultureInfo.InvariantCulture);
    return new BrokerOptions
    {
        Namespace = ConfigReader.ReadFile(config),
        DataPath = data,
        Port = int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= ushort.MaxValue
            ? number
            : throw new BrokerConfigException($"'{port}' is not a port."),
    };
}
