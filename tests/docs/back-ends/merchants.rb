require 'fileutils'

# Stores each instance in a file, which the test reads.
def path_of(id) = File.join(ENV.fetch('INSTANCES'), id.to_s)

def save_instance(subject, id, token)
  File.write(path_of(id), [subject, token].to_json)
end

def delete_instance(_subject, id)
  FileUtils.rm_f(path_of(id))
end
