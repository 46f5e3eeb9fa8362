using Marquee.Domain;
using Marquee.TerminalGateway.Tests.Watch.Traffic;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Tests.Watch;

/// <summary>Observations without sense or order: long names, wrong digits, clocks that jump, sums at the edges.</summary>
internal sealed class Noise(int seed)
{
    private static readonly long[] Sums = [long.MinValue, -1, 0, 1, 99, 1250, long.MaxValue];
    private static readonly Currency[] Currencies = [Currency.Eur, Currency.Of("JPY"), Currency.Of("KWD")];

    private readonly Dice _dice = new(seed);
    private DateTimeOffset _now = WatchScene.OpensAt;

    public Observation Next()
    {
        _now += _dice.Seconds(-5, 7);
        var (terminal, order) = ("t-" + _dice.Below(600) + (_dice.Chance(0.01) ? new string('x', _dice.Below(200)) : ""), "o-" + _dice.Below(1_000_000) + new string('y', _dice.Below(200)));
        return _dice.Below(9) switch
        {
            0 => new RefundObserved(terminal, _now, _dice.Below(100), order, _dice.Pick(Sums), _dice.Chance(0.5) ? null : _dice.Pick(Sums)),
            1 => new HeartbeatObserved(terminal, _now),
            2 => new HelloObserved(terminal, _now, order, order + order),
            3 => new SignedOff(terminal, _now),
            4 => new ChangeAnnounced(terminal, _now, _dice.Chance(0.5) ? order : null, _dice.Chance(0.5) ? order : null, _now.AddHours(_dice.Between(-1, 1))),
            5 when _dice.Chance(0.02) => new EventAnnounced(_now, order, _now.AddHours(_dice.Between(-9, 9)), _now.AddHours(_dice.Between(-9, 9)), _dice.Pick(Sums)),
            6 when _dice.Chance(0.02) => new TimePassed(_now),
            _ => new SaleObserved(
                terminal,
                _now,
                _dice.Below(100),
                order,
                order,
                order,
                _dice.Pick<string?>([null, "", "4242", "424242", "42424x", order]),
                _dice.Chance(0.1) ? null : new Money(_dice.Pick(Sums), _dice.Pick(Currencies)),
                _dice.Pick(Enum.GetValues<SaleOutcome>())),
        };
    }
}
