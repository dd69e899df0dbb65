/** The form that a page puts into the documents' example. */
export const form = `
  <form method="post">
    <input name="username"> <input name="password" type="password">
    <input name="storeUrl"> <input name="name">
    <button disabled>Connect</button>
  </form>`;
