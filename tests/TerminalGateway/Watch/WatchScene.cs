using System.Globalization;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Tests.Watch;

/// <summary>A watch and a night from seven to midnight, told by hand. Each thing told takes time first.</summary>
internal sealed class WatchScene
{
    public const string Terminal = "bar-1";

    public static readonly DateTimeOffset OpensAt = new(2026, 3, 2, 19, 0, 0, TimeSpan.Zero);

    private int _orders;

    public WatchScene(AnomalyWatch? watch = null, bool announced = true)
    {
        Watch = watch ?? new AnomalyWatch(VenuePrior.Default);
        if (announced) Tell(new EventAnnounced(OpensAt.AddHours(-5), "night", OpensAt, OpensAt.AddHours(5), 200));
    }

    public AnomalyWatch Watch { get; }

    public DateTimeOffset Now { get; set; } = OpensAt.AddHours(1);

    public List<AnomalyRaised> Alerts { get; } = [];

    public IReadOnlyList<AnomalyKind> Kinds => [.. Alerts.Select(a => a.Kind)];

    public void Tell(Observation observation) => Alerts.AddRange(Watch.See(observation));

    public SaleObserved Sell(
        long cents = 1200, SaleOutcome outcome = SaleOutcome.Approved, string? card = null, string? bin = null, double afterSeconds = 40, string terminal = Terminal)
    {
        Now = Now.AddSeconds(afterSeconds);
        var order = string.Create(CultureInfo.InvariantCulture, $"order-{++_orders}");
        var sale = new SaleObserved(terminal, Now, _orders, order, "night", card ?? "card-of-" + order, bin, new Money(cents, Currency.Eur), outcome);
        Tell(sale);
        return sale;
    }

    /// <summary>So many ordinary customers: amounts between 10 and 14, one in twenty declined.</summary>
    public void SellMany(int count, string terminal = Terminal)
    {
        for (var i = 1; i <= count; i++)
            Sell(1000 + (i * 37 % 400), i % 20 == 0 ? SaleOutcome.Declined : SaleOutcome.Approved, terminal: terminal);
    }

    public void Refund(string order, long cents, long? refundable, double afterSeconds = 40)
    {
        Now = Now.AddSeconds(afterSeconds);
        Tell(new RefundObserved(Terminal, Now, 0, order, cents, refundable));
    }

    public void Beat(int count, double everySeconds = 30)
    {
        for (var i = 0; i < count; i++)
        {
            Now = Now.AddSeconds(everySeconds);
            Tell(new HeartbeatObserved(Terminal, Now));
        }
    }

    public void Hello(string serial, string firmware = "1.0") => Tell(new HelloObserved(Terminal, Now = Now.AddSeconds(1), serial, firmware));

    /// <summary>Time passes, looked at every fifteen seconds.</summary>
    public void Pass(TimeSpan time)
    {
        for (var until = Now + time; Now < until; Now = Now.AddSeconds(15)) Tell(new TimePassed(Now));
    }
}
