using Microsoft.AspNetCore.Builder;

namespace Moodstream.ServiceDefaults;

/// <summary>How a service's program begins.</summary>
public static class ServiceProgram
{
    // Settings files are looked for in the working folder, and watching them watches every file below it, logs and
    // databases included: an eighth of what the services beside the model cost the processor.
    private const string ReadSettingsOnce = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>A builder with the usual sources of settings (files, environment, arguments), each read once.</summary>
    /// <param name="args">The command line.</param>
    public static WebApplicationBuilder CreateBuilder(string[] args) => WebApplication.CreateBuilder([ReadSettingsOnce, .. args]);
}
