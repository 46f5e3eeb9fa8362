using Microsoft.Playwright;

namespace Marquee.Browser.Tests.Stream;

/// <summary>A player page as its viewer has it, with what it says of itself.</summary>
internal sealed class PlayerView
{
    private PlayerView(IPage page)
    {
        Page = page;
        page.Request += (_, request) =>
        {
            if (request.Method == "POST" && request.Url.Contains("/whep/", StringComparison.Ordinal)) Sessions++;
        };
        page.PageError += (_, error) => Errors.Add(error);
    }

    public IPage Page { get; }

    /// <summary>Sessions that it has asked for.</summary>
    public int Sessions { get; private set; }

    /// <summary>What its scripts did not catch.</summary>
    public List<string> Errors { get; } = [];

    public static async Task<PlayerView> OpenAsync(IPage page, Uri player)
    {
        var view = new PlayerView(page);
        await page.GotoAsync(player.AbsoluteUri);
        return view;
    }

    public Task<string> StateAsync() => Page.EvaluateAsync<string>("document.querySelector('.show').dataset.state");

    public Task UntilAsync(string state) => Page.WaitForFunctionAsync("state => document.querySelector('.show').dataset.state === state", state);

    /// <summary>Until so many more frames were decoded and the sound has gone on: the show plays.</summary>
    public async Task PlaysAsync(int frames = 30)
    {
        await UntilAsync("up");
        await Page.EvaluateAsync("window.mark = { ...window.marqueeFigures }");
        await Page.WaitForFunctionAsync(
            """
            (frames) => {
              const [now, mark] = [window.marqueeFigures, window.mark];
              // A new session counts from 0 again.
              if (now && (mark.framesDecoded === undefined || now.framesDecoded < mark.framesDecoded)) window.mark = { ...now };
              return now?.width > 0 && now.framesDecoded - window.mark.framesDecoded >= frames && now.audioSamples > window.mark.audioSamples;
            }
            """,
            frames);
    }

    public Task<double> FigureAsync(string name) => Page.EvaluateAsync<double>("name => window.marqueeFigures[name] ?? -1", name);
}
