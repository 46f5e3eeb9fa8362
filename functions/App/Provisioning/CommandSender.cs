using System.Text.Json;
using Marquee.Domain.Contracts;

namespace Marquee.App.Provisioning;

/// <summary>Puts commands on their way to the PoPs.</summary>
public sealed class CommandSender(ServiceBusClient bus) : IAsyncDisposable
{
    private const string Topic = "edge-commands";

    private readonly ServiceBusSender _sender = bus.CreateSender(Topic);

    /// <param name="subject">The command's kind, as its body's <c>type</c> names it.</param>
    public Task SendAsync(EdgeCommand command, string subject, CancellationToken cancellationToken)
    {
        var message = new ServiceBusMessage(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(command, ContractJson.Options)))
        {
            MessageId = command.Id,
            ContentType = "application/json",
            Subject = subject,
        };
        // The PoPs' subscriptions select by it.
        message.ApplicationProperties["pop"] = command.PopId;
        return _sender.SendMessageAsync(message, cancellationToken);
    }

    public ValueTask DisposeAsync() => _sender.DisposeAsync();
}
