namespace Moodstream.Dashboard.Tests;

/// <summary>A test in a real browser; skipped, by name, where Debian's Chromium is not installed.</summary>
public sealed class ChromiumFactAttribute : FactAttribute
{
    public const string Path = "/usr/bin/chromium";

    public ChromiumFactAttribute()
    {
        if (!File.Exists(Path))
        {
            Skip = $"needs {Path}";
        }
    }
}
