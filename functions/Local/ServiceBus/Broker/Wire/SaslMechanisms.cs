using Amqp;
using Amqp.Listener;
using Amqp.Sasl;
using Amqp.Types;

namespace Marquee.Local.ServiceBus.Broker.Wire;

/// <summary>
/// The mechanisms that Service Bus clients open with. None of them carries rights: those come with tokens put on $cbs, so a
/// PLAIN or EXTERNAL peer needs $cbs as well.
/// </summary>
internal static class SaslMechanisms
{
    private static readonly string[] Names = ["MSSBCBS", "ANONYMOUS", "EXTERNAL", "PLAIN"];

    public static void Enable(ConnectionListener.SaslSettings settings)
    {
        foreach (var name in Names)
            settings.EnableMechanism(new Symbol(name), new OpenProfile(name));
    }

    /// <summary>Lets anybody in, and puts what clients need repaired under the connection.</summary>
    private sealed class OpenProfile(string name) : SaslProfile(new Symbol(name))
    {
        protected override ITransport UpgradeTransport(ITransport transport) =>
            new HeaderFirstTransport(new DispositionRepair((IAsyncTransport)transport));

        protected override DescribedList GetStartCommand(string hostname) => new SaslInit { Mechanism = Mechanism };

        protected override DescribedList OnCommand(DescribedList command) => new SaslOutcome { Code = SaslCode.Ok };
    }
}
