using System.Globalization;
using Marquee.Domain;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Tests.Watch.Traffic;

/// <summary>
/// One terminal's evening as it should be: customers as fast as they come or are served, cards that fail and are tried again, refunds and slips
/// of the finger, a bad radio, a restart, a swap that was announced.
/// </summary>
internal sealed class HonestTerminal(string terminalId, Role role, Evening evening, Crowd crowd, Dice dice)
{
    private const double PlainDeclineRate = 0.02;

    private readonly List<TerminalObservation> _seen = [];
    private readonly List<(string OrderId, long Cents)> _sold = [];
    private int _orders;
    private long _sequence;

    public string TerminalId => terminalId;

    public Role Role => role;

    public string Serial { get; private set; } = "sn-" + terminalId;

    public string Firmware { get; private set; } = "4.2.0";

    public List<TerminalObservation> Live()
    {
        var on = evening.OpensAt - dice.Seconds(2400, 4200);
        // Who works a door or the cloakroom may go home early, and says so.
        var off = dice.Chance(0.15) ? evening.OpensAt + dice.Seconds(3 * 3600, 4 * 3600) : evening.ClosesAt + dice.Seconds(300, 2400);
        Hello(on);
        TryOut();
        Serve(off);
        Beat(on, off);
        if (dice.Chance(0.5) || off < evening.ClosesAt) _seen.Add(new SignedOff(terminalId, off));
        Swap();
        return _seen;
    }

    /// <summary>Somebody tries the till in the afternoon.</summary>
    private void TryOut()
    {
        if (!dice.Chance(0.15)) return;
        var at = evening.OpensAt - dice.Seconds(2 * 3600, 5 * 3600);
        for (var i = dice.Between(1, 2); i > 0; i--) Sale(at += dice.Seconds(20, 200), crowd.New(), 100, SaleOutcome.Approved);
    }

    private void Serve(DateTimeOffset off)
    {
        var at = evening.OpensAt - dice.Seconds(0, 900);
        var last = off < evening.ClosesAt ? off : evening.ClosesAt + dice.Seconds(0, 1200);
        while (true)
        {
            var hour = Math.Clamp((int)(at - evening.OpensAt).TotalHours, 0, role.CustomersPerHour.Count - 1);
            var arrival = dice.Exponential(3600 / (role.CustomersPerHour[hour] * evening.RateAt(at)));
            var service = Math.Max(4, dice.LogNormal(role.ServiceSeconds, 0.45));
            at += TimeSpan.FromSeconds(Math.Max(arrival, service));
            if (at >= last) return;
            at = Customer(at);
            if (dice.Chance(0.008)) Refund(at + dice.Seconds(20, 60));
            if (dice.Chance(0.0008)) Slip(at + dice.Seconds(20, 60));
        }
    }

    private DateTimeOffset Customer(DateTimeOffset at)
    {
        var (card, cents) = (crowd.Next(), role.BasketCents(dice));
        if (evening.IsLineDown(at))
        {
            Sale(at, card, cents, SaleOutcome.ApprovedOffline);
            return at;
        }

        // Two tries and another card, or none.
        for (var attempt = 0; card.IsBad || dice.Chance(PlainDeclineRate); attempt++)
        {
            Sale(at, card, cents, SaleOutcome.Declined);
            if (attempt == 3) return at;
            at += dice.Seconds(8, 25);
            card = attempt > 0 || dice.Chance(0.4) ? crowd.New() : crowd.Again(card);
        }

        Sale(at, card, cents, SaleOutcome.Approved);
        return at;
    }

    public SaleObserved Sale(DateTimeOffset at, Card card, long cents, SaleOutcome outcome, bool keep = true)
    {
        var order = string.Create(CultureInfo.InvariantCulture, $"{evening.EventId}-{terminalId}-{++_orders}");
        if (outcome is SaleOutcome.Approved or SaleOutcome.ApprovedOffline) _sold.Add((order, cents));
        var sale = new SaleObserved(terminalId, at, ++_sequence, order, evening.EventId, card.Token, evening.BinsKnown ? card.Bin : null, new Money(cents, Currency.Eur), outcome);
        if (keep) _seen.Add(sale);
        return sale;
    }

    private void Refund(DateTimeOffset at)
    {
        if (_sold.Count == 0) return;
        var index = dice.Below(_sold.Count);
        var (order, cents) = _sold[index];
        if (cents <= 1) return;
        var back = dice.Chance(0.6) ? cents : dice.Between(1, (int)cents);
        _sold[index] = (order, cents - back);
        _seen.Add(new RefundObserved(terminalId, at, ++_sequence, order, back, cents));
    }

    /// <summary>An order's number or a sum mistyped, sometimes twice in the same way.</summary>
    private void Slip(DateTimeOffset at)
    {
        if (_sold.Count == 0) return;
        var (order, cents) = dice.Pick(_sold);
        var unknown = dice.Chance(0.5);
        for (var tries = dice.Chance(0.2) ? 2 : 1; tries > 0; tries--)
        {
            _seen.Add(new RefundObserved(terminalId, at, ++_sequence, unknown ? order + "9" : order, unknown ? cents : cents + dice.Between(50, 900), unknown ? null : cents));
            at += dice.Seconds(5, 20);
        }

        if (dice.Chance(0.7)) _seen.Add(new RefundObserved(terminalId, at + dice.Seconds(5, 60), ++_sequence, order, cents, cents));
    }

    private void Hello(DateTimeOffset at) => _seen.Add(new HelloObserved(terminalId, at, Serial, Firmware));

    private void Beat(DateTimeOffset on, DateTimeOffset off)
    {
        // While somebody restarts it or the radio fails, nothing comes, sales neither.
        var gaps = new List<(DateTimeOffset From, DateTimeOffset To)>();
        for (var i = dice.Between(0, 3); i > 0; i--) AddGap(dice.Seconds(30, 100));
        if (dice.Chance(0.2)) AddGap(dice.Seconds(60, 160));
        _seen.RemoveAll(o => gaps.Exists(g => o.At >= g.From && o.At < g.To));
        for (var at = on; at < off; at += dice.Seconds(28, 32))
        {
            if (!gaps.Exists(g => at >= g.From && at < g.To)) _seen.Add(new HeartbeatObserved(terminalId, at));
        }

        foreach (var gap in gaps.Where(_ => dice.Chance(0.5))) Hello(gap.To);

        void AddGap(TimeSpan length)
        {
            var from = on + ((off - on) * dice.Between(0.05, 0.9));
            // Two in a row would be one long silence.
            if (gaps.TrueForAll(g => from > g.To + TimeSpan.FromMinutes(3) || from + length < g.From - TimeSpan.FromMinutes(3))) gaps.Add((from, from + length));
        }
    }

    /// <summary>A device or its firmware replaced for good, as staff said beforehand.</summary>
    private void Swap()
    {
        if (!evening.IsLast || !dice.Chance(0.15)) return;
        var at = evening.OpensAt + dice.Seconds(0, 4 * 3600);
        var device = dice.Chance(0.5);
        if (device) Serial = "sn-spare-" + terminalId;
        Firmware = "4.3.1";
        var said = new ChangeAnnounced(terminalId, at - dice.Seconds(60, 3600), device && dice.Chance(0.5) ? Serial : null, device ? null : Firmware, at.AddHours(1));
        for (var i = 0; i < _seen.Count; i++)
        {
            if (_seen[i] is HelloObserved hello && hello.At >= at) _seen[i] = hello with { Serial = Serial, Firmware = Firmware };
        }

        _seen.Add(said);
        Hello(at);
    }
}
