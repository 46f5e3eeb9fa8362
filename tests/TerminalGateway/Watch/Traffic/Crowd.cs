using System.Globalization;

namespace Marquee.TerminalGateway.Tests.Watch.Traffic;

/// <summary>A guest's card. A bad one is declined every time.</summary>
internal sealed record Card(string Token, string Bin, bool IsBad);

/// <summary>
/// The guests of an evening and their cards: a few big banks, a long tail of small ones, and banks whose cards begin with neighbouring digits.
/// </summary>
internal sealed class Crowd
{
    private const int Banks = 40;

    private readonly Dice _dice;
    private readonly List<Card> _cards;
    private readonly List<(int Bin, double Weight)> _bins = [];
    private readonly string _prefix;
    private readonly bool _tokenPerTap;
    private int _made;

    /// <param name="dice">Chance.</param>
    /// <param name="prefix">Keeps the tokens of two evenings apart.</param>
    public Crowd(Dice dice, string prefix, bool tokenPerTap)
    {
        (_dice, _prefix, _tokenPerTap) = (dice, prefix, tokenPerTap);
        var bigBank = dice.Chance(0.15) ? 2.5 : 1;
        for (var bank = 0; bank < Banks; bank++)
        {
            var first = dice.Between(400_000, 559_000);
            var weight = (bank == 0 ? bigBank : 1) / (bank + 2.0);
            // A bank of some size has several ranges, some side by side.
            var ranges = bank < 8 ? dice.Between(1, 3) : 1;
            for (var range = 0; range < ranges; range++) _bins.Add((first + (range * dice.Pick([1, 2, 40, 113])), weight / ranges));
        }

        _cards = [.. Enumerable.Range(0, dice.Between(300, 900)).Select(_ => New())];
    }

    /// <summary>The card that the next customer pays with.</summary>
    public Card Next() => Again(_dice.Pick(_cards));

    /// <summary>The same card at another payment.</summary>
    public Card Again(Card card) => _tokenPerTap ? card with { Token = Token() } : card;

    /// <summary>A card that nobody here has paid with.</summary>
    public Card New() => new(Token(), _dice.Pick(_bins).ToString("D6", CultureInfo.InvariantCulture), _dice.Chance(0.015));

    private string Token() => string.Create(CultureInfo.InvariantCulture, $"pm_{_prefix}_{++_made}");
}
