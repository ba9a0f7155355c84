using Microsoft.Extensions.Options;

namespace Moodstream.ModelServer;

/// <summary>Holds <see cref="ModelServerOptions"/> to their documented ranges.</summary>
[OptionsValidator]
internal sealed partial class ModelServerOptionsValidator : IValidateOptions<ModelServerOptions>;
