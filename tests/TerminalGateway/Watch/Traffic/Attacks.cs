using System.Globalization;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Tests.Watch.Traffic;

/// <summary>Puts an attack of a kind into a terminal's evening.</summary>
internal static class Attacks
{
    public static Attack Mix(AnomalyKind kind, HonestTerminal terminal, List<TerminalObservation> seen, Evening evening, Crowd crowd, Dice dice)
    {
        var trade = new Trade(terminal, seen, crowd, dice);
        var off = seen.OfType<SignedOff>().Select(o => o.At).Append(evening.ClosesAt).Min();
        var at = evening.OpensAt + ((off - evening.OpensAt) * dice.Between(0.04, 0.85));
        return kind switch
        {
            AnomalyKind.DeclineSpike => trade.Sales(kind, at, 15, 40, (8, 40), dice.Between(0.70, 0.95), dice.Between(0, 0.1)),
            AnomalyKind.ManyCards => trade.Sales(kind, at, 15, 60, (0.5, 2.5), dice.Between(0.02, 0.25), 0, AnomalyKind.DeclineSpike),
            AnomalyKind.SmallAmounts => trade.Sales(kind, at, 12, 40, (8, 40), dice.Between(0.02, 0.3), dice.Between(0, 0.2), AnomalyKind.DeclineSpike),
            AnomalyKind.SequentialBins => trade.Sales(kind, at, 12, 40, (8, 40), dice.Between(0.05, 0.4), dice.Between(0, 0.2), AnomalyKind.DeclineSpike),
            AnomalyKind.RefundWithoutSale => trade.Refunds(kind, at),
            AnomalyKind.RefundOverSale => trade.Refunds(kind, at),
            AnomalyKind.OffHours => trade.Sales(kind, evening.ClosesAt + dice.Seconds(2 * 3600, 8 * 3600), 4, 20, (20, 90), 0.05, 0),
            AnomalyKind.FirmwareChanged => trade.Change(kind, at),
            AnomalyKind.SerialChanged => trade.Change(kind, at, AnomalyKind.FirmwareChanged),
            AnomalyKind.HeartbeatMissed => trade.Silence(kind, at),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such attack."),
        };
    }

    private sealed class Trade(HonestTerminal terminal, List<TerminalObservation> seen, Crowd crowd, Dice dice)
    {
        private readonly bool _sticker = terminal.Role == Role.Merch && dice.Chance(0.4);
        private readonly int _step = dice.Pick([1, 1, 2, -1]);
        private int _bin = dice.Between(410_000, 550_000);

        /// <param name="honest">Share of customers who are served in between.</param>
        public Attack Sales(
            AnomalyKind kind, DateTimeOffset at, int least, int most, (double Least, double Most) gap, double declines, double honest, params IReadOnlyList<AnomalyKind> alsoShows)
        {
            var start = at;
            var sales = new List<TerminalObservation>();
            for (var i = dice.Between(least, most); i > 0; i--)
            {
                if (sales.Count > 0 && dice.Chance(honest)) sales.Add(Honest(at));
                else sales.Add(Crooked(kind, at, dice.Chance(declines) ? SaleOutcome.Declined : SaleOutcome.Approved));
                at += dice.Seconds(gap.Least, gap.Most);
            }

            var end = sales[^1].At;
            // Nobody else is served at the terminal meanwhile.
            seen.RemoveAll(o => o is SaleObserved or RefundObserved && o.At >= start && o.At <= end);
            seen.AddRange(sales);
            return new Attack(kind, terminal.TerminalId, start, end, alsoShows);
        }

        /// <summary>Goods are sold in between as ever.</summary>
        public Attack Refunds(AnomalyKind kind, DateTimeOffset at)
        {
            var start = at;
            for (var i = dice.Between(3, 8); i > 0; i--)
            {
                var cents = terminal.Role.BasketCents(dice);
                long? left = kind == AnomalyKind.RefundOverSale ? cents : null;
                var asked = (long)(cents * (left is null ? 1 : dice.Between(1.2, 6)));
                seen.Add(new RefundObserved(terminal.TerminalId, at, 0, string.Create(CultureInfo.InvariantCulture, $"claimed-{i}-{start.Ticks}"), asked, left));
                at += dice.Seconds(15, 60);
            }

            return new Attack(kind, terminal.TerminalId, start, at);
        }

        public Attack Change(AnomalyKind kind, DateTimeOffset at, params IReadOnlyList<AnomalyKind> alsoShows)
        {
            // Nothing was announced, and the device says no more after this.
            var first = seen.OfType<HelloObserved>().MinBy(h => h.At)!;
            seen.RemoveAll(o => o is ChangeAnnounced || (o is HelloObserved && o != first));
            var changed = kind == AnomalyKind.SerialChanged ? first with { Serial = "sn-unknown" } : first;
            if (kind == AnomalyKind.FirmwareChanged || dice.Chance(0.3)) changed = changed with { Firmware = "4.2.0-x" };
            seen.Add(changed with { At = at });
            return new Attack(kind, terminal.TerminalId, at, at.AddMinutes(1), alsoShows);
        }

        public Attack Silence(AnomalyKind kind, DateTimeOffset at)
        {
            // From the last thing that it said.
            var until = at + dice.Seconds(480, 2400);
            var start = seen.Where(o => o.At < at).Max(o => o.At);
            var before = seen.OfType<HelloObserved>().Where(h => h.At < at).MaxBy(h => h.At)!;
            var swapped = seen.Exists(o => o.At >= at && o.At < until && (o is ChangeAnnounced || (o is HelloObserved h && h.Firmware != before.Firmware)));
            seen.RemoveAll(o => o.At >= at && o.At < until);
            // A swap that fell into the silence does not take place.
            for (var i = 0; swapped && i < seen.Count; i++)
            {
                if (seen[i] is HelloObserved hello && hello.At >= until) seen[i] = before with { At = hello.At };
            }

            return new Attack(kind, terminal.TerminalId, start, until);
        }

        private SaleObserved Honest(DateTimeOffset at) => terminal.Sale(at, crowd.Next(), terminal.Role.BasketCents(dice), SaleOutcome.Approved, keep: false);

        private SaleObserved Crooked(AnomalyKind kind, DateTimeOffset at, SaleOutcome outcome)
        {
            var card = crowd.New();
            if (kind == AnomalyKind.SequentialBins) card = card with { Bin = (_bin += _step).ToString("D6", CultureInfo.InvariantCulture) };
            var cents = kind != AnomalyKind.SmallAmounts ? terminal.Role.BasketCents(dice) : _sticker ? Role.StickerCents : dice.Between(50, 189);
            return terminal.Sale(at, card, cents, outcome, keep: false);
        }
    }
}
